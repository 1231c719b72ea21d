"""The functions of PDFium that are asked for every word and every drawing, called by address.

pypdfium2 gives each pointer a type of its own, and to check these takes ctypes longer than the call itself: half of
the time of the fast reader's letters and drawings was spent on that. Here a pointer is a number. PDFium must not be
called from two threads at once, so that the interpreter's lock is kept as well.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as pdfium

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int


def _direct(function: Any, *arguments: Any, result: Any = _INT) -> Any:
    return ctypes.PYFUNCTYPE(result, *arguments)(address(function))


def address(pointer: Any) -> int:
    """Where a pointer or function of pypdfium2 leads."""
    return ctypes.cast(pointer, _POINTER).value or 0


letter_box = _direct(pdfium.FPDFText_GetLooseCharBox, _POINTER, _INT, _POINTER)
font_size = _direct(pdfium.FPDFText_GetFontSize, _POINTER, _INT, result=ctypes.c_double)
font_weight = _direct(pdfium.FPDFText_GetFontWeight, _POINTER, _INT)
font_name = _direct(
    pdfium.FPDFText_GetFontInfo, _POINTER, _INT, _POINTER, ctypes.c_ulong, _POINTER, result=ctypes.c_ulong
)

count_on_page = _direct(pdfium.FPDFPage_CountObjects, _POINTER)
get_on_page = _direct(pdfium.FPDFPage_GetObject, _POINTER, _INT, result=_POINTER)
count_in_form = _direct(pdfium.FPDFFormObj_CountObjects, _POINTER)
get_in_form = _direct(pdfium.FPDFFormObj_GetObject, _POINTER, ctypes.c_ulong, result=_POINTER)
kind_of = _direct(pdfium.FPDFPageObj_GetType, _POINTER)
matrix_of = _direct(pdfium.FPDFPageObj_GetMatrix, _POINTER, _POINTER)
bounds_of = _direct(pdfium.FPDFPageObj_GetBounds, *[_POINTER] * 5)
fill_color = _direct(pdfium.FPDFPageObj_GetFillColor, *[_POINTER] * 5)
draw_mode = _direct(pdfium.FPDFPath_GetDrawMode, *[_POINTER] * 3)
count_segments = _direct(pdfium.FPDFPath_CountSegments, _POINTER)
get_segment = _direct(pdfium.FPDFPath_GetPathSegment, _POINTER, _INT, result=_POINTER)
segment_kind = _direct(pdfium.FPDFPathSegment_GetType, _POINTER)
