"""What requirements would cost: installed into a shadow of the environment, weighed, imported, thrown away."""
