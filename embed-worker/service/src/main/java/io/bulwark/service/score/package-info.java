/**
 * Judging what programs ask about over HTTP: who may ask, how many at a time, and what they are told. What may enter:
 * tokens, the desk, the answer; no HTTP and nothing of how an image is judged, which is the pipeline's.
 *
 * <pre>
 *   request ──► desk (token, room, deadline) ──► pipeline (the workers' own) ──► audits, embedding to Kafka ──► answer
 * </pre>
 *
 * <p>A question goes through the pipeline as an upload does, as the same event in the same bytes, so that it is decided
 * alike by construction. It is a separate process outside the workers' group: a request never waits behind uploads, and
 * no upload waits for them.
 *
 * <p><b>No unwatched oracle.</b> A client without limits could search for a picture that passes. So an answer is
 * given only once what detectors found and how the encoder saw the image are with Kafka, where the audits and
 * embeddings of uploads are; while Kafka does not take them nothing is answered. A verdict is not published: nothing
 * was uploaded.
 *
 * <p><b>Flat memory.</b> Room is taken before the body is read and given back when the last of its images has left the
 * pipeline, also where its answer had to be given up at the deadline. A request that finds none is answered at once,
 * with 429. The answer ends all that holds a body: its deadline's task is taken away, and the connection of a request
 * that did not arrive whole is closed, which would hold what did.
 *
 * <p><b>No empty token.</b> A client whose variable is not set sends one, and a file made with that variable has its
 * hash. So an empty token is never valid, and a file with its hash is refused at the start.
 */
package io.bulwark.service.score;
