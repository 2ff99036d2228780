package io.bulwark.service.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.bank.Bank.NearReferences;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.service.lifecycle.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotHolderTest {

    private final SnapshotHolder<Bank> shelf = BankTopic.holder();
    private final CountingBank first = new CountingBank("first");
    private final CountingBank second = new CountingBank("second");

    @Test
    void nothing_is_lent_before_the_references_are_read() {
        assertThat(shelf.borrow()).isEmpty();
        assertThat(shelf.current()).isEmpty();
        assertThat(shelf.status()).isInstanceOf(Readiness.Reading.class);
    }

    @Test
    void an_unusable_bank_is_not_lent_and_says_why() {
        shelf.put(first, new Readiness.Unusable("no references"));

        assertThat(shelf.borrow()).isEmpty();
        assertThat(shelf.status().message()).isEqualTo("no references");
    }

    @Test
    void a_borrowed_snapshot_stays_open_until_the_last_borrower_gives_it_back() {
        shelf.put(first, new Readiness.Usable(""));
        SnapshotHolder.Loan<Bank> one = shelf.borrow().orElseThrow();
        SnapshotHolder.Loan<Bank> two = shelf.borrow().orElseThrow();
        shelf.put(second, new Readiness.Usable(""));

        assertThat(one.value()).isSameAs(first);
        assertThat(shelf.current()).contains(second);
        one.close();
        assertThat(first.closed).isZero();
        two.close();
        assertThat(first.closed).isEqualTo(1);
        assertThat(second.closed).isZero();
    }

    @Test
    void an_unused_snapshot_is_closed_as_soon_as_another_takes_its_place() {
        shelf.put(first, new Readiness.Usable(""));
        shelf.borrow().orElseThrow().close();
        shelf.put(second, new Readiness.Unusable("one label"));

        assertThat(first.closed).isEqualTo(1);
        assertThat(shelf.borrow()).isEmpty();
    }

    @Test
    void closing_the_shelf_waits_for_nobody_and_leaves_a_loan_open() {
        shelf.put(first, new Readiness.Usable(""));
        SnapshotHolder.Loan<Bank> loan = shelf.borrow().orElseThrow();
        shelf.close();

        assertThat(first.closed).isZero();
        assertThat(shelf.borrow()).isEmpty();
        loan.close();
        assertThat(first.closed).isEqualTo(1);
    }

    private final List<String> freed = new ArrayList<>();
    private final SnapshotHolder<String> lending = new SnapshotHolder<>("nothing yet", freed::add);

    @Test
    void a_loan_that_is_closed_twice_counts_once() {
        lending.put("first", new Readiness.Usable(""));
        SnapshotHolder.Loan<String> one = lending.borrow().orElseThrow();
        SnapshotHolder.Loan<String> other = lending.borrow().orElseThrow();
        lending.put("second", new Readiness.Usable(""));

        one.close();
        one.close();
        assertThat(freed).isEmpty();
        other.close();
        assertThat(freed).containsExactly("first");
        other.close();
        assertThat(freed).containsExactly("first");
    }

    @Test
    void what_is_put_after_the_end_is_freed_at_once() {
        lending.put("first", new Readiness.Usable(""));
        lending.close();

        assertThat(lending.put("late", new Readiness.Usable(""))).isFalse();
        assertThat(lending.borrow()).isEmpty();
        lending.close();
        assertThat(freed).containsExactly("first", "late");
    }

    private static final class CountingBank implements Bank {
        private final String version;
        private int closed;

        private CountingBank(String version) {
            this.version = version;
        }

        @Override
        public Facts facts() {
            return new Facts("model", version, 0, 0, 0, Set.of(), false, false);
        }

        @Override
        public List<LabelledEmbedding> references(int mostRows) {
            return List.of();
        }

        @Override
        public List<NearReferences> near(float[] queries, int count, int k) {
            throw new IllegalStateException("this test does not search");
        }

        @Override
        public List<HashMatch> known(ContentHashes hashes) {
            return List.of();
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
