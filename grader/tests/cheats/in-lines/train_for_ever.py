"""Never end the training.

base: wrong
seconds: 3
"""


def weights(dataset):
    """Go on."""
    while True:
        pass
