"""What two audits differ in, laid out."""
