/**
 * The flagged index: what is NSFW in force, as content that workers compare uploads with. An attacker who tries
 * variants of one picture until one is SAFE changes accounts, names and bytes, but stays near that picture.
 *
 * <pre>
 * decisions in force, moderation.embeddings ─► FlaggedSightings (by image) ─► flagged-changes (by tenant)
 *                                                ─► FlaggedProcessor: FlaggedIndex, EntryMerger ─► moderation.flagged
 * </pre>
 *
 * <pre>{@code
 * FlaggedIndex index = new FlaggedIndex(settings);
 * index.flag(content);
 * index.drain().entries(); // what is to be published
 * }</pre>
 *
 * <p>The worker decides how near an upload has to be, since that is calibrated for its encoder; this package keeps the
 * entries of each tenant.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>The view that decided stands for a content</b>, see {@link io.bulwark.stream.flagged.FlaggedSightings.ContentViews}. The
 *       first was rejected: a popular picture placed before or around an explicit one would be flagged. Workers
 *       compare each view of an upload with it, so a flagged picture in the middle of another is found, too.
 *   <li><b>Views without content never come here.</b> Workers leave them out of {@code moderation.embeddings}, since
 *       they alone see pixels: an entry of a plain black view would hold back every black picture.
 *   <li><b>A centre is a content.</b> An average of several was rejected: it depends on the order in which they came,
 *       and it would have to be kept of contents that are to be forgotten. {@link
 *       io.bulwark.stream.flagged.EntryMerger} makes entries that are a function of what is in the index, whatever its
 *       order.
 *   <li><b>Only very near contents are merged</b>, within {@link io.bulwark.stream.flagged.EntryMerger#WIDEST}: a wide
 *       entry holds back more than its contents would. The calibration counts every entry as that wide.
 *   <li><b>A person's SAFE removes the entry, unless a person made it.</b> Exempt is the very file, not what looks like
 *       it: otherwise a harmless picture near flagged content would open the way to it.
 *   <li><b>Other content under the same id does not take an entry away</b>, or its uploader could remove the entry.
 *   <li><b>Embeddings of all images wait for some days</b>, of whatever decision: a person may call NSFW what a worker
 *       called SAFE, and such contents are worth most.
 * </ul>
 */
package io.bulwark.stream.flagged;
