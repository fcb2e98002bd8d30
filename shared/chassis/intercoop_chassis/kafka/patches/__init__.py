"""Every patch of aiokafka and FastStream, and every look into what they keep private.

Both are pinned below their next minor version, and nothing else in the chassis touches a name of
theirs that begins with an underscore or lives in a module that they do not document (a test looks).
Each function or class here says what upstream does, why that is not enough, and the upstream issue.
`tests/integration/chassis/patches` has a test for each. It fails on the day upstream has mended it,
and on the day the patch does not fit any more.

| room | mends or reads |
|---|---|
| `cancellations` | closing a client cancels the task that waits for it |
| `closed_connections` | under uvloop a write to a closed connection is an unexpected error |
| `cluster_pinning` | a client follows its address to another cluster |
| `compressed_batches` | a small batch that becomes a huge one is unpacked whole |
| `consumers` | positions without waiting; a fetcher that has died in silence |
| `denied_topics` | an authorization error that names its topics in two ways |
| `lenient_headers` | a header name that is no UTF-8 hides every record behind it |
| `metadata` | the cluster's id without the list of all topics; why a broker refuses a connection |
| `polling` | FastStream's polls that sleep, skip records and commit |
| `producers` | an epoch written to every partition without records; a producer that cannot stop |
"""
