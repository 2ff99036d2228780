package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsStateTest {

    @ParameterizedTest
    @EnumSource(StreamsStatus.State.class)
    void nothingFollowsStoppedAndStoppedFollowsEverythingElse(StreamsStatus.State state) {
        assertThat(StreamsStatus.State.isTransitionValid(StreamsStatus.State.STOPPED, state))
                .isFalse();
        assertThat(StreamsStatus.State.isTransitionValid(state, StreamsStatus.State.STOPPED))
                .isEqualTo(state != StreamsStatus.State.STOPPED);
    }

    @Test
    void aFailedClientRunsOnlyAfterARestart() {
        assertThat(StreamsStatus.State.isTransitionValid(StreamsStatus.State.FAILED, StreamsStatus.State.RUNNING))
                .isFalse();
        assertThat(StreamsStatus.State.isTransitionValid(
                        StreamsStatus.State.FAILED, StreamsStatus.State.WAITING_FOR_TOPICS))
                .isTrue();
    }

    @Test
    void anIllegalMoveNamesBothStates() {
        var status = new StreamsStatus(StreamsStatus.State.WAITING_FOR_TOPICS, "no topics");
        assertThatThrownBy(() -> status.next(StreamsStatus.State.RUNNING, "because"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("WAITING_FOR_TOPICS")
                .hasMessageContaining("RUNNING");
    }
}
