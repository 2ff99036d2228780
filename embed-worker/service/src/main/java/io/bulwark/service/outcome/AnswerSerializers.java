package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.TopicNames;

/**
 * How answers are framed, and what their topics are called on the broker. Used by one thread at a time, that of the commit.
 */
public record AnswerSerializers(
        EventSerializer<Verdict> verdicts,
        EventSerializer<AttackAudit> audits,
        EventSerializer<ImageEmbedding> embeddings,
        TopicNames topics) {}
