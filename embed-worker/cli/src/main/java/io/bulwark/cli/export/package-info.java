/**
 * Decisions, reviews and audits for analysts, as Parquet by the hour: {@code bulwark export}. A run writes what is missing up
 * to the last whole hour, carries out erasures and ends, so that a CronJob is enough. What may enter: the files, their
 * names, where they lie, and which rows an erasure takes.
 *
 * <p>A file's name says which offsets of its partition it holds, and it appears at once or not at all. So there is no other
 * state than the files: a run that is killed leaves nothing half done, and the next one goes on behind the last file.
 * Two runs at once could each write what the other erases, so the target has a lock.
 *
 * <p>Parquet's own library writes and reads. It is compiled against Hadoop's interfaces, of which only some have to be
 * loaded; a data model and a codec factory have to be given to it, or it opens a configuration of Hadoop, which needs 30 MB
 * more. Rejected: Kafka Connect's S3 sink, whose Parquet needs a schema registry, and which cannot erase; a format of our
 * own, which no tool reads.
 */
package io.bulwark.cli.export;
