/**
 * What is kept of people, and for how long: erasure, legal holds, uploads that got no answer, and what neighbours did
 * not take. Everything here reads the topics themselves and needs no other program but where it says so.
 *
 * <pre>
 * bulwark hold place --image ID --reason TEXT     nothing of it expires or is erased
 * bulwark erase --image ID                        orders, waits for moderation-stream, reads all topics
 * bulwark erase --image ID --check                only reads them
 * bulwark missing --repeat                        uploads without an answer, once more
 * bulwark undelivered --again                     what neighbours did not take, once more
 * </pre>
 *
 * <p>An erasure is an order on {@code moderation.erasures}: moderation-stream alone writes decisions, so it alone
 * forgets them, in the transaction that also writes the tombstones on verdicts and embeddings. Of references only those
 * go that were made of reviewed uploads: otherwise an uploader of known content could have it taken from a hash list.
 */
package io.bulwark.cli.keep;
