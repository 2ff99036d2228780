package io.bulwark.lab.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.doctor.Finding.State;
import org.junit.jupiter.api.Test;

class MachineExaminationTest {

    @Test
    void anOldJavaIsWrongAndTheOneToInstallIsNamed() {
        assertThat(MachineExamination.java(11)).satisfies(old -> {
            assertThat(old.state()).isEqualTo(State.WRONG);
            assertThat(old.mend()).contains("Java 17");
        });
        assertThat(MachineExamination.java(25).state()).isEqualTo(State.WELL);
    }

    @Test
    void onlyOnePlatformHasTheNativeLibraries() {
        assertThat(MachineExamination.platform("Linux", "amd64").state()).isEqualTo(State.WELL);
        assertThat(MachineExamination.platform("Mac OS X", "aarch64").state()).isEqualTo(State.WRONG);
        assertThat(MachineExamination.platform("Linux", "aarch64").says()).contains("x86-64 alone");
    }

    @Test
    void theCodecsOfKafkasRecordsLoadHere() {
        assertThat(MachineExamination.findings())
                .filteredOn(finding -> finding.part().equals("libraries"))
                .singleElement()
                .extracting(Finding::state)
                .isEqualTo(State.WELL);
    }
}
