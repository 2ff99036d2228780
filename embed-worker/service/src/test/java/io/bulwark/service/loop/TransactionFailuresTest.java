package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class TransactionFailuresTest {

    @Test
    void what_is_wrapped_is_found_at_any_depth_and_by_its_superclass() {
        RuntimeException wrapped =
                new KafkaException("outer", new KafkaException("inner", new TopicAuthorizationException("no")));

        assertThat(Transactions.isCausedBy(wrapped, AuthorizationException.class))
                .isTrue();
        assertThat(Transactions.isCausedBy(wrapped, RecordTooLargeException.class))
                .isFalse();
        assertThat(Transactions.isCausedBy(new RecordTooLargeException(), RecordTooLargeException.class))
                .isTrue();
    }

    @Test
    void a_cause_that_causes_itself_in_a_circle_ends() {
        RuntimeException one = new RuntimeException();
        RuntimeException two = new RuntimeException(one);
        one.initCause(two);

        assertThat(Transactions.isCausedBy(one, KafkaException.class)).isFalse();
    }

    @Test
    void what_a_new_producer_mends_is_not_hopeless() {
        assertThat(Transactions.isHopeless(new TimeoutException())).isFalse();
        assertThat(Transactions.isHopeless(new ProducerFencedException("epoch")))
                .isFalse();
        assertThat(Transactions.isHopeless(new RecordTooLargeException())).isFalse();
        assertThat(Transactions.isHopeless(new FencedInstanceIdException("twice")))
                .isTrue();
        assertThat(Transactions.isHopeless(new KafkaException(new TopicAuthorizationException("no"))))
                .isTrue();
    }
}
