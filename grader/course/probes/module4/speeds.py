"""Task 4.2: how fast a convolution of images is, one beside the reference's."""

from types import ModuleType

import numpy as np
from numpy.random import Generator

from grader.running.probes import Work, speed

from ..fresh import Array, Fresh, layout

IMAGES, IN, OUT, SIDE, WINDOW = 16, 4, 8, 28, 3  # the second layer of the network for digits
CALLS = 16  # of the kernel in a round, each with an output of its own: all are looked at


@speed("4.2", threads=True)
def convolution(minitorch: ModuleType, rng: Generator) -> Work:
    """Small windows slide over many images."""
    return work(
        minitorch,
        rng,
        layout((IMAGES, OUT, SIDE, SIDE)),
        layout((IMAGES, IN, SIDE, SIDE)),
        layout((OUT, IN, WINDOW, WINDOW)),
    )


@speed("4.2")
def convolution_for_weights(minitorch: ModuleType, rng: Generator) -> Work:
    """The windows are as large as the images, as in the gradient of the weights."""
    return work(
        minitorch,
        rng,
        layout((IN, OUT, WINDOW, WINDOW)),
        layout((IMAGES, IN, SIDE, SIDE), (1, 0, 2, 3)),
        layout((IMAGES, OUT, SIDE, SIDE), (1, 0, 2, 3)),
    )


def work(
    minitorch: ModuleType,
    rng: Generator,
    out_layout: tuple[Array, Array],
    input_layout: tuple[Array, Array],
    weight_layout: tuple[Array, Array],
) -> Work:
    """Convolve fresh images with fresh windows, all of such layouts."""
    kernel = minitorch.fast_conv.tensor_conv2d
    images, windows = (
        Fresh(rng, int(np.prod(shape))) for shape in (input_layout[0], weight_layout[0])
    )
    size = int(np.prod(out_layout[0]))
    outs = np.empty((CALLS, size))

    def go(fresh: Generator) -> Array:
        images.renew(fresh)
        windows.renew(fresh)
        outs[:] = 0.0
        for out in outs:
            image, window = images.some(fresh), windows.some(fresh)
            kernel(out, *out_layout, size, image, *input_layout, window, *weight_layout, False)
        return outs

    return Work(go, kernel)
