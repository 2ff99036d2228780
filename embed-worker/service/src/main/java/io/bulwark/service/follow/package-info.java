/**
 * How a worker follows a compacted topic: read whole from its begin, then record by record for as long as it runs. {@link
 * io.bulwark.service.follow.TopicFollower} has the thread and the consumer, a {@link io.bulwark.service.follow.Followed}
 * what the records mean. The bank and the policies are followed so.
 *
 * <pre>{@code
 * try (TopicFollower follower = new TopicFollower("bulwark-policies", consumers, policies, Duration.ZERO, clock, watch)) {
 *     follower.start();
 *     ...
 * }
 * }</pre>
 *
 * <p>What may enter: what is true of every topic. What a record is, and whether a worker may decide without it, is said by
 * whoever owns what is followed.
 */
package io.bulwark.service.follow;
