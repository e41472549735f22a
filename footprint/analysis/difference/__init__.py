"""What two audits differ in. Pure."""
