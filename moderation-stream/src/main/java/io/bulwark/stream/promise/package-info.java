/**
 * Error rates that are promised and watched in production. What enters: the draw of outcomes for review, the answers of
 * people to them, and what both say of each rate by the statistics of {@link io.bulwark.schemas.promise}. The queue and
 * people's decisions belong to {@code io.bulwark.stream.review}, which calls {@link
 * io.bulwark.stream.promise.PromiseDraws} in its transactions.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>The draw is a digest, not a random number.</b> A content is drawn where HMAC-SHA-256 of tenant and content hash
 * under a secret key is below the probability. Instances, restarts and topics that are read again draw the same, and
 * uploaders without the key cannot tell. The hash and not the upload's coordinates: a file that is uploaded a thousand
 * times would have a thousand chances, and the probability in the row would be wrong.
 *
 * <p><b>Every outcome of a worker may be drawn</b>, REVIEW too, because the base of a rate is made of all. REFUSED is
 * left out: there is nothing to look at.
 *
 * <p><b>A drawn item needs two people</b>, and a senior where they differ. Its claim looks like any other one.
 *
 * <p><b>What was drawn is shown once it is answered</b>, to seniors, curators and administrators, by a digest. What
 * no one answered in time is listed without one, so that estimates can count it, and nothing after the first draw that is
 * still waited for is listed: else what is answered early would count more.
 *
 * <p><b>State is rows, and a standing is made of them at each look.</b> So there is no process to lose in a crash, and
 * no order of instances to agree on. Only alarms are kept: a correction may take back the evidence and never the alarm.
 * What an instance folded before is a cache: it counts only while number, answers and corrections of its rows are the ones
 * that were folded, and then a standing is equal to the recount to the last bit.
 *
 * <p><b>Drift is counted by uploader and day.</b> Pictures of one account are no independent draws, and a flood of near
 * copies is one account's most of the time. The smallest digests of a day are the sample, so it has one size on all
 * days, and no share of traffic has to be set. A day counts once a sample of two days later is there; so a backlog that is
 * read late, or one partition before the others, is not taken for small days, and no clock decides.
 *
 * <p><b>Only numbers of cells stay.</b> Features of the pictures of an approved time become clusters and counts, and
 * those of later days the number of a cell. An erasure takes what leads to a picture and not the count. The first
 * approval was not left to the program: what comes first need not be good.
 */
package io.bulwark.stream.promise;
