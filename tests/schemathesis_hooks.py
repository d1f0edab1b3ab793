"""Tells schemathesis what `/openapi.json` cannot: the history in a form is JSON."""

from __future__ import annotations

import json

import schemathesis
from hypothesis import strategies as st

TURNS = st.lists(
    st.fixed_dictionaries(
        {"question": st.text(min_size=1, max_size=50)},
        optional={"answer": st.text(max_size=50) | st.none()},
    ),
    max_size=3,
)

schemathesis.openapi.format("json", TURNS.map(json.dumps))
