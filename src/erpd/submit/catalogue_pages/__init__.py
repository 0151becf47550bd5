"""The pages on which an owner sees its data sets, and publishes, withdraws, erases or gives them away."""
