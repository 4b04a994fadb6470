"""Forms: a dialog of labelled editors that shows problems where they are."""
