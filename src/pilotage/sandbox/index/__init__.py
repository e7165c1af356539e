"""The embedded package index: PyPI's behaviour on loopback, with real HTTP, faults and people's acts.

index = Index(directory)
index.tokens["pypi-secret"] = TokenScope()
with index.serve() as endpoint:
    ...  # endpoint.simple_url, endpoint.upload_url
"""

from pilotage.sandbox.index.faults import Fault, FaultKind
from pilotage.sandbox.index.records import Publisher, TokenScope
from pilotage.sandbox.index.service import Index, IndexEndpoint, IndexRequest

__all__ = ["Fault", "FaultKind", "Index", "IndexEndpoint", "IndexRequest", "Publisher", "TokenScope"]
