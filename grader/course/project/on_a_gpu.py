"""The cells of the notebook on_a_gpu.ipynb, which `grader course render` makes of them.

It is for students who have no GPU of their own, and borrow one for an hour.
"""

# %% [markdown]
# # Your kernels on a borrowed GPU
#
# Some sites lend you a machine with a GPU for an hour or two, and run notebooks on it. With
# [Colab](https://colab.research.google.com): choose *File*, *Upload notebook*, and give it this file. Then choose
# *Runtime*, *Change runtime type*, and a GPU.
#
# Write the address of your fork into the first cell. Then run the cells from top to bottom. You changed something? Push
# it, and begin at the top again: the second cell brings what is new.
#
# (If your fork is private, the machine can't read it. Then upload it as a folder `course`, and leave out the second
# cell.)

# %%
FORK = "https://github.com/YOUR-NAME/minitorch"
assert "YOUR-NAME" not in FORK, "Write the address of your fork there"

# %%
# !if [ -d course ]; then git -C course pull --quiet --ff-only; else git clone --quiet --depth 1 {FORK} course; fi

# %% [markdown]
# What the tests need. The compiler's version is that of the course.

# %%
# %pip install --quiet "numba>=0.66,<0.69" greenlet hypothesis pytest

# %% [markdown]
# Where do your kernels run? The name of a GPU should appear. If it is `simulator`, Numba finds no GPU here: look at
# *Change runtime type* again. The tests below also pass in the simulator, but slowly; the training needs a GPU.

# %%
# !cd course/module3 && python -c "import minitorch; print(minitorch.device.name())"

# %% [markdown]
# ## The tests
#
# Task 3.3, then Task 3.4. On a GPU, tests that count reads from memory are skipped: only the simulator can count them.

# %%
# !cd course/module3 && python -m pytest -q -m task3_3

# %%
# !cd course/module3 && python -m pytest -q -m task3_4

# from module 4
# %% [markdown]
# Task 4.6.

# %%
# !cd course/module4 && python -m pytest -q -m task4_6

# end from
# %% [markdown]
# ## The processor beside it
#
# These are your kernels of Tasks 3.1 and 3.2, on this machine's processor: how many threads it has, and how fast one of
# them is beside NumPy.

# %%
# !cd course/module3 && python project/parallel_check.py

# from module 4
# %% [markdown]
# And those of Tasks 4.1 and 4.2.

# %%
# !cd course/module4 && python project/parallel_check.py --only conv1d
# !cd course/module4 && python project/parallel_check.py --only conv2d

# end from
# %% [markdown]
# ## Training
#
# The same training on the GPU and on the processor, from the same start: do the losses agree? The network is small, so
# most of the time goes into starting kernels, not into calculating. Predict first: from how many hidden units on will
# the GPU be faster? Then try it.

# %%
TRAIN = "python project/run_fast_tensor.py --dataset Spiral --epochs 20 --hidden 64"

# %%
# %%time
# !cd course/module3 && {TRAIN} --backend gpu

# %%
# %%time
# !cd course/module3 && {TRAIN} --backend cpu
