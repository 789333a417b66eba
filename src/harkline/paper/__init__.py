"""The line on paper: posters, tear-off sheets, cards, leaflets in pictures, and the pack for when everything is down."""
