package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventSerializer;

/** How answers are framed. Used by one thread at a time, that of the commit. */
public record AnswerSerializers(
        EventSerializer<Verdict> verdicts,
        EventSerializer<AttackAudit> audits,
        EventSerializer<ImageEmbedding> embeddings) {}
