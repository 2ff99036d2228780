package io.bulwark.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.doctor.DoctorCommand.Finding;
import io.bulwark.cli.doctor.DoctorCommand.Finding.State;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
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
    void aKernelWithoutLandlockIsReportedWithWhatItNeeds() {
        assertThat(MachineExamination.isolation(IsolationState.nothing("ENOSYS")))
                .satisfies(missing -> {
                    assertThat(missing.state()).isEqualTo(State.UNSURE);
                    assertThat(missing.says()).contains("ENOSYS");
                    assertThat(missing.mend()).contains("Linux 5.13", "landlock");
                });
        assertThat(MachineExamination.isolation(new IsolationState(7, true, "Landlock ABI 7 and seccomp"))
                        .state())
                .isEqualTo(State.WELL);
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
