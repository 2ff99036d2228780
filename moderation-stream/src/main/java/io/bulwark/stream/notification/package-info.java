/**
 * Tells people by mail or chat that something waits for them: a deadline that law sets, a new campaign, a broken
 * promise, drift, approvals. None by default.
 *
 * <p><b>A row for each event and receiver, in PostgreSQL.</b> {@link
 * io.bulwark.stream.notification.NotificationRows} finds events in the tables of people's work, so that each is found
 * once whichever instance looks, and a restart forgets none. Campaigns lie in the state of Kafka Streams; each instance
 * notes what it holds itself. A consumer of {@code moderation.campaigns} was rejected: it needs a right more in every
 * deployment, for messages that few want.
 *
 * <p><b>A job for each receiver.</b> One that is away delays no other and nothing else; its rows are tried again with
 * growing pauses. What falls together (same kind, tenant and subject) is one message with a number. Before an attempt
 * the rows are claimed for longer than it may take, so that instances do not send the same; an instance that dies
 * between the answer and its note sends once more.
 *
 * <p><b>No personal data.</b> A message names kind, tenant and numbers, and links to the console; pictures, image ids,
 * uploaders and reporters stay there, behind its login.
 */
package io.bulwark.stream.notification;
