package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProofNetworkTest {

    @Test
    void a_program_that_does_not_end_is_killed_with_what_it_started_and_what_it_wrote_is_kept() {
        long begin = System.nanoTime();

        ProofNetwork.Shell.Answer answer =
                ProofNetwork.Shell.run(Duration.ofSeconds(1), "sh", "-c", "echo begun; sleep 50; echo ended");

        assertThat(answer.status()).isEqualTo(-1);
        assertThat(answer.text()).startsWith("begun").doesNotContain("ended");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(40));
    }

    @Test
    void a_mount_below_a_folder_with_a_blank_is_found_under_its_name() {
        assertThat(ProofNetwork.Disk.unescaped("/home/a\\040b/c\\134d")).isEqualTo("/home/a b/c\\d");
    }

    @Test
    void what_is_said_instead_of_a_process_s_id_is_none() {
        assertThat(ProofNetwork.ids("12\n345\n (no end within 60000 ms)")).containsExactly(12L, 345L);
        assertThat(ProofNetwork.ids("")).isEmpty();
    }
}
