/**
 * Pictures that are kept with items of the review.
 *
 * <p><b>The preview's JPEG is kept, not the upload.</b> It is small and cannot attack a reader. {@link
 * io.bulwark.stream.review.evidence.EvidenceKeeper} fetches pictures beside intake, an item at a time, with growing
 * pauses; the next item is claimed by {@code FOR UPDATE SKIP LOCKED}, so instances share the work.
 *
 * <p><b>Encrypted by the application.</b> AES-256-GCM under a key from a file that the database never sees. Tenant,
 * item, content hash and kind are bound to it, so a row that is copied elsewhere does not open. Each row names its key,
 * so the file can begin with a new one and still hold the old. Pictures go when their item has been closed for {@code
 * bulwark.review.evidence.appeal}, unless image or uploader is on legal hold, and at once at an erasure.
 */
package io.bulwark.stream.review.evidence;
