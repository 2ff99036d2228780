package io.bulwark.service.pipeline;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import java.util.List;
import java.util.Optional;

/** What became of one upload. */
public sealed interface Outcome {

    /**
     * There is a verdict, be it a refusal.
     *
     * @param audits what detectors found, mostly nothing; committed with the verdict or not at all
     * @param embedding how the encoder saw the image, where it did and that is to be published; committed likewise
     */
    record Answered(Verdict verdict, List<AttackAudit> audits, Optional<ImageEmbedding> embedding) implements Outcome {

        public Answered(Verdict verdict, List<AttackAudit> audits) {
            this(verdict, audits, Optional.empty());
        }

        public Answered(Verdict verdict) {
            this(verdict, List.of());
        }
    }

    /** The record is no upload; its bytes go to the dead letters with this story. */
    record DeadLettered(DeadLetterHeaders story) implements Outcome {}

    /**
     * Its location was not fetched promptly, or its file has more views than are judged: it goes to the topic of
     * deferred uploads, where it is answered at leisure.
     */
    record Deferred() implements Outcome {}

    /**
     * No answer can be given now, through no fault of the upload: it is read again later.
     *
     * @param detail what is missing
     */
    record TryLater(String detail) implements Outcome {}

    /**
     * How answers are framed, and what their topics are called on the broker. Used by one thread at a time, that of the
     * commit.
     */
    public record AnswerSerializers(
            EventSerializer<Verdict> verdicts,
            EventSerializer<AttackAudit> audits,
            EventSerializer<ImageEmbedding> embeddings,
            TopicNames topics) {}
}
