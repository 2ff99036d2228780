package io.bulwark.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.service.lifecycle.WorkerState.StateMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class WorkerStateTest {

    @Property
    void any_sequence_of_moves_leaves_the_machine_where_the_valid_ones_lead(@ForAll List<WorkerState> moves) {
        List<WorkerState> heard = new ArrayList<>();
        StateMachine machine = new StateMachine((source, target) -> {
            assertThat(WorkerState.isTransitionValid(source, target)).isTrue();
            heard.add(target);
        });
        WorkerState expected = WorkerState.STARTING;
        for (WorkerState target : moves) {
            if (target == expected) {
                machine.moveTo(target);
            } else if (WorkerState.isTransitionValid(expected, target)) {
                machine.moveTo(target);
                expected = target;
                assertThat(heard.get(heard.size() - 1)).isEqualTo(target);
            } else {
                WorkerState source = expected;
                assertThatThrownBy(() -> machine.moveTo(target))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(source.name())
                        .hasMessageContaining(target.name());
            }
            assertThat(machine.state()).isEqualTo(expected);
        }
    }

    @Property
    void every_state_that_is_not_the_end_can_fail_or_be_drained(@ForAll WorkerState state) {
        if (!state.isTerminal()) {
            assertThat(WorkerState.isTransitionValid(state, WorkerState.FAILED)).isTrue();
            assertThat(state == WorkerState.DRAINING || WorkerState.isTransitionValid(state, WorkerState.DRAINING))
                    .isTrue();
        }
    }

    @Property
    void nothing_leads_out_of_the_end(@ForAll WorkerState target) {
        assertThat(WorkerState.isTransitionValid(WorkerState.STOPPED, target)).isFalse();
        assertThat(WorkerState.isTransitionValid(WorkerState.FAILED, target)).isFalse();
    }

    @Example
    void every_state_can_be_reached() {
        Set<WorkerState> reached = EnumSet.of(WorkerState.STARTING);
        Deque<WorkerState> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            WorkerState source = open.poll();
            for (WorkerState target : WorkerState.values()) {
                if (WorkerState.isTransitionValid(source, target) && reached.add(target)) {
                    open.add(target);
                }
            }
        }
        assertThat(reached).containsExactlyInAnyOrder(WorkerState.values());
    }

    @Example
    void no_upload_is_answered_before_the_encoder_is_warm_and_the_bank_is_read() {
        assertThat(WorkerState.isTransitionValid(WorkerState.STARTING, WorkerState.RUNNING))
                .isFalse();
        assertThat(WorkerState.isTransitionValid(WorkerState.WARMING, WorkerState.RUNNING))
                .isFalse();
        assertThat(WorkerState.isTransitionValid(WorkerState.WAITING_FOR_BANK, WorkerState.RUNNING))
                .isFalse();
        assertThat(WorkerState.isTransitionValid(WorkerState.RECOVERING, WorkerState.RUNNING))
                .isFalse();
    }
}
