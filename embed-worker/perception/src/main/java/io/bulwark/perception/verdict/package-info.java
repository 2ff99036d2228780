/**
 * From neighbours to a decision, and the settings that a bank is calibrated to.
 *
 * <p>What may enter: pure functions of evidence and settings. Nothing here sees a picture or a model.
 *
 * <pre>{@code
 * Policies policies = Policies.always(new VotingPolicy(PolicySettings.flagging(Set.of("weapons"))));
 * Judgement judgement = new Decider(encoder.headClasses())
 *         .decide(bank, policies, new SeenImage("default", hashes, views))
 *         .judgement();
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Of a pair the second encoder only holds back.</b> SAFE needs both; NSFW, score and ranking are the first one's
 *       ({@link io.bulwark.perception.verdict.ScoredImage#heldBackBy}). The mean of both votes was rejected: it sees more
 *       without attack, but an attacker drives it at will through the encoder that is not robust (AUC 0.095 at l∞
 *       1/255, where the robust one alone has 0.944).
 *   <li><b>The worst view decides.</b> NSFW is worse than REVIEW, REVIEW worse than SAFE; among equals the higher score.
 *       Averaging over views was rejected: it lets a large harmless part hide a small flagged one.
 *   <li><b>One type decides.</b> {@link io.bulwark.perception.verdict.Decider} is asked by worker, attack, evaluation and
 *       calibration; a policy cannot be asked past it.
 *   <li><b>Known content before the vote.</b> One flagged reference among ten harmless ones is outvoted by them, also by an
 *       exact copy of it. An entry of a hash list is flagged unless the policy has another action for its label: a
 *       list that the policy does not name would otherwise do nothing, unnoticed.
 *   <li><b>A tie clears.</b> Where a harmless and a flagged reference are equally near, the encoder cannot tell the picture
 *       from either, and the vote decides. The flagged one counted before, and no harmless reference could outdo a copy.
 *   <li><b>Plain views are no evidence</b> ({@link io.bulwark.imaging.preprocess.View#isPlain}): neither neighbours nor
 *       classifier are asked about them. A file that has no others is SAFE where its own pixels are of one colour, which its
 *       view's name says; a hash of the file counts as ever.
 *   <li><b>A sampled file is never SAFE</b> ({@link io.bulwark.imaging.preprocess.View#isSampled}), and one reason says so
 *       whatever else would leave it to people as harmless: that reason is rationed for each uploader.
 *   <li><b>A variant is no copy.</b> Only a reference's own row makes a view known content. In a frame or a corner pictures
 *       of any kind look alike, and the similarity of copies that a calibration finds would rise until no copy reaches it.
 *   <li><b>Changed files raise the flag threshold alone.</b> A calibration looks at one everyday version of each file.
 *       Counting a file as wrong if any of several versions is was rejected: the promise would be of the worst of many
 *       changes to an upload, while an upload has one. Counting versions as files was, because they are not independent.
 *       Letting misses of changed files lower the safe threshold was, too: a picture that the encoder cannot see in its
 *       frame scores like any harmless one, and everything would go to people.
 *   <li><b>A label with its own thresholds leaves the common sum.</b> Kept in both, thresholds looser than the common
 *       ones could never hold.
 *   <li><b>The bank decides wherever it is near.</b> A classifier head is asked only below the similarity floor: heads of
 *       robust encoders keep the classes they were trained for, the bank has those of its owner.
 *   <li><b>A similarity floor, not a distance-scaled score.</b> Far neighbours all have near-equal weights, so that the
 *       vote alone would sound sure of what it has never seen.
 * </ul>
 */
package io.bulwark.perception.verdict;
