package io.bulwark.stream.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.testing.TestDatabase;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partitions of the audit log while a step of the long migration holds its lock, for as long as a day's rows take to copy. */
class PartitionsIT {

    private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);
    private static final LocalDate LATER = TODAY.plusDays(100);

    private TestDatabase database;
    private Handle step;
    private Handle starting;

    @BeforeEach
    void aStepRuns() {
        database = TestDatabase.open();
        step = database.asOwner().open();
        step.begin();
        step.execute("SELECT pg_advisory_xact_lock(hashtext('bulwark partitions'))");
        starting = database.asApplication().open();
        starting.execute("SET lock_timeout = '1s'");
    }

    @AfterEach
    void close() {
        starting.close();
        step.close();
        database.close();
    }

    @Test
    void thoseOfDaysAheadAreLeftToALaterCall() {
        long before = partitions();
        make(TODAY, LATER);
        assertThat(partitions()).isEqualTo(before);

        step.commit();
        make(TODAY, LATER);
        assertThat(partitions()).isGreaterThan(before);
    }

    /** Without it nothing could be appended. */
    @Test
    void theOneOfTodayIsWaitedFor() {
        assertThatThrownBy(() -> make(LATER, LATER)).hasMessageContaining("lock timeout");

        step.commit();
        make(LATER, LATER);
    }

    private void make(LocalDate from, LocalDate to) {
        starting.execute("SELECT make_partitions(?, ?)", from, to);
    }

    private long partitions() {
        return starting.createQuery("SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_log'::regclass")
                .mapTo(Long.class)
                .one();
    }
}
