/**
 * What people's work keeps of an image or uploader, and its erasure. Which tables hold something of them is one list, in
 * {@code R__personal_tables.sql}; a test compares it with the columns of the database.
 *
 * <pre>{@code
 * database.acrossTenants(handle -> PersonalRows.erase(handle, tenant, Subject.IMAGE, "img-1")); // rows by table
 * }</pre>
 *
 * <h2>Decisions</h2>
 *
 * <p><b>The audit log keeps its rows, so they name nothing that is to be erased.</b> A row says {@code item/<id>} or {@code
 * note/<id>}; image id, content hash, words and reporters are in the rows that these ids lead to, and go with them. The
 * other way, encryption of such fields under a key for each image, was rejected: the log could not be read without the
 * database, and what its reader needs is there as long as the image is. An item's id is a digest of tenant, image id and
 * content hash: who has the picture and knows its id can still tell that a row was about it, and nobody else can.
 *
 * <p><b>Rows age.</b> {@link io.bulwark.stream.review.forget.Retention} deletes closed items, decisions, reports, notes and
 * marks after their settings' times, item by item, and asks for each whether it is on legal hold. The owner's function
 * deletes nothing younger than 30 days.
 *
 * <p><b>The list is SQL and the rows go by a function of the owner.</b> So the application needs no right to delete what
 * people decided, and a new table is one line that runs after every numbered migration.
 */
package io.bulwark.stream.review.forget;
