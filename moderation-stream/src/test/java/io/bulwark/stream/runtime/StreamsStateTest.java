package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsStateTest {

    @ParameterizedTest
    @EnumSource(StreamsState.class)
    void nothingFollowsStoppedAndStoppedFollowsEverythingElse(StreamsState state) {
        assertThat(StreamsState.isTransitionValid(StreamsState.STOPPED, state)).isFalse();
        assertThat(StreamsState.isTransitionValid(state, StreamsState.STOPPED))
                .isEqualTo(state != StreamsState.STOPPED);
    }

    @Test
    void aFailedClientRunsOnlyByWayOfANewStart() {
        assertThat(StreamsState.isTransitionValid(StreamsState.FAILED, StreamsState.RUNNING))
                .isFalse();
        assertThat(StreamsState.isTransitionValid(StreamsState.FAILED, StreamsState.WAITING_FOR_TOPICS))
                .isTrue();
    }

    @Test
    void anIllegalMoveNamesBothStates() {
        var status = new StreamsStatus(StreamsState.WAITING_FOR_TOPICS, "no topics");
        assertThatThrownBy(() -> status.next(StreamsState.RUNNING, "because"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("WAITING_FOR_TOPICS")
                .hasMessageContaining("RUNNING");
    }
}
