/**
 * Evidence: the pictures of open items, kept until nobody can need them any more, though Kafka forgets uploads after days.
 * What may enter: keys and what is sealed with them, which pictures are to be kept, and when they go.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>What a reviewer would be shown is kept, not the upload.</b> The preview's JPEG (and for animations its strip) is
 * small and cannot attack anybody. The upload itself stays where it was put.
 *
 * <p><b>Beside intake.</b> The queue takes an item in without its picture; {@link
 * io.bulwark.stream.review.evidence.EvidenceKeeper} fetches pictures on a thread of its own, an item at a time, and tries
 * again with growing pauses. Which item is next stands in the item's row and is claimed by {@code FOR UPDATE SKIP LOCKED},
 * so instances share the work and none waits for another.
 *
 * <p><b>Encrypted by the application.</b> AES-256-GCM under a key from a file that the database never sees: whoever reads
 * the database, a backup or a replica sees no picture. Tenant, item, content hash and kind are bound to it, so a row that is
 * copied elsewhere does not open. Each row names its key, so the file can begin with a new one and still hold the old.
 *
 * <p><b>Pictures go</b> when their item has been closed for {@code bulwark.review.evidence.appeal}, unless image or uploader
 * is on legal hold, and at once by {@link io.bulwark.stream.review.evidence.Evidence#erase}.
 */
package io.bulwark.stream.review.evidence;
