"""The one part that is compiled, where there is a C compiler; without one everything works, only slower."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension("harkline_verify._quick", ["src/harkline_verify/_quick.c"], extra_compile_args=["-O3"], optional=True)
    ]
)
