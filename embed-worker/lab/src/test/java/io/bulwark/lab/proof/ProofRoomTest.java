package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.proof.ProofStores.ProofRoom;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProofRoomTest {

    private static final long GIB = 1L << 30;

    @Test
    void the_default_heap_is_enough_for_a_million_decisions() {
        ProofRoom room = new ProofRoom(981L << 20, 100 * GIB);

        assertThatCode(() -> room.require(1_000_000, 6_666)).doesNotThrowAnyException();
        assertThatThrownBy(() -> room.require(2_000_000, 13_333))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("needs a heap of 1353 MiB")
                .hasMessageContaining("BULWARK_JAVA_OPTIONS='-Xmx1691m");
    }

    @Test
    void disks_that_do_not_fit_are_refused_before_the_cluster_starts() {
        ProofRoom room = new ProofRoom(GIB, 10 * GIB);

        assertThatCode(() -> room.require(100_000, 666)).doesNotThrowAnyException();
        assertThatThrownBy(() -> room.require(200_000, 1_333))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("write up to 12094 MiB")
                .hasMessageContaining("10240 MiB are free");
    }

    @Test
    void short_experiments_ask_for_nothing() {
        assertThatCode(() -> new ProofRoom(1, 1).require(0, 0)).doesNotThrowAnyException();
    }

    @Test
    void a_folder_that_is_not_there_yet_is_on_the_disk_of_its_parent() {
        assertThat(ProofRoom.of(Path.of("target", "absent", "deeper")).disk()).isPositive();
    }
}
