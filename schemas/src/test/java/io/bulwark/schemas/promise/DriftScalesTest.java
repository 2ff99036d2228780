package io.bulwark.schemas.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.promise.DriftScales.DriftEvidence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DriftScalesTest {

    private static final double EFFECT = 0.05;
    private static final double DELTA = 0.005;
    private static final double ALPHA = 0.02;
    private static final int KINDS = 8;
    private static final int PER_DAY = 200;
    private static final double LEAVE = 0.05;

    private final SplittableRandom chance = new SplittableRandom(7);

    @Test
    void inABlockOfAScaleEachTurnComesOnceWhateverDayItBegins() {
        for (int i = 0; i < DriftScales.SCALES.size(); i++) {
            int scale = DriftScales.SCALES.get(i);
            for (int first : new int[] {0, 1, 20_001}) {
                Map<Integer, Integer> times = new HashMap<>();
                for (int day = first; day < first + scale; day++) {
                    for (int turn = 0; turn < DriftScales.TURNS; turn++) {
                        times.merge(turn, DriftScales.scale(turn, day) >= scale ? 1 : 0, Integer::sum);
                    }
                }
                assertThat(times.values()).hasSize(28).containsOnly(1);
            }
        }
    }

    /** Each comes every day, until another takes the place, with pictures of one kind: a day by itself says little. */
    @Test
    void loyalUploadersAlarmNoMoreOftenThanIsPromised() {
        int alarmed = 0;
        int once = 0;
        for (int stream = 0; stream < 100; stream++) {
            List<Account> accounts = accounts(30, KINDS);
            alarmed += days(accounts, accounts, LEAVE, 60) > 0 ? 1 : 0;
            once += naiveAlarms(accounts, 60) ? 1 : 0;
        }
        assertThat(alarmed).isLessThanOrEqualTo(5);
        assertThat(once).as("as if days were independent").isGreaterThan(5);
    }

    @Test
    void aShiftOfManyUploadersIsFoundOnTheFirstDayAlone() {
        List<Account> before = accounts(1000, KINDS);
        List<Account> now = before.stream()
                .map(each -> chance.nextDouble() < 0.4 ? new Account(each.turn, each.fitted, KINDS) : each)
                .toList();
        assertThat(days(before, now, 0, 28)).isBetween(1, 2);
    }

    @Test
    void aSmallerShiftIsFoundByTheLongerBlocks() {
        List<Account> now = accounts(6000, KINDS);
        now.replaceAll(each -> chance.nextDouble() < 0.13 ? new Account(each.turn, each.fitted, KINDS) : each);
        assertThat(days(accounts(6000, KINDS), now, 0, 28)).isBetween(2, 14);
        assertThat(days(accounts(6000, KINDS), now, 0, 28, false))
                .as("by single days alone")
                .isZero();
    }

    @Test
    void ofTheApprovedTimeNoUploaderIsCountedTwice() {
        List<Account> accounts = accounts(300, KINDS);
        List<Upload> fortnight = uploads(accounts, 1, 14);
        List<Upload> month = uploads(accounts, 1, 28);
        assertThat(DriftScales.onceEach(fortnight).stream().map(Upload::account))
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(190);
        assertThat(DriftScales.onceEach(month).stream().map(Upload::account))
                .doesNotHaveDuplicates()
                .hasSize(300);
        assertThat(DriftScales.onceEach(List.<Upload>of())).isEmpty();
    }

    /** An uploader, who is compared by identity. */
    private static final class Account {
        private final int turn;
        private final boolean fitted;
        private final int kind;

        Account(int turn, boolean fitted, int kind) {
            this.turn = turn;
            this.fitted = fitted;
            this.kind = kind;
        }
    }

    private record Upload(long sampledOn, int scale, Account account) implements DriftScales.Sampled {}

    private List<Account> accounts(int count, int kinds) {
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            accounts.add(
                    new Account(chance.nextInt(DriftScales.TURNS), chance.nextDouble() < 0.25, chance.nextInt(kinds)));
        }
        return accounts;
    }

    /** Of these on each of the days, as many as are sampled. */
    private static List<Upload> uploads(List<Account> accounts, int from, int until) {
        List<Upload> uploads = new ArrayList<>();
        for (int day = from; day <= until; day++) {
            int today = day;
            accounts.stream()
                    .map(account -> new Upload(today, DriftScales.scale(account.turn, today), account))
                    .sorted(Comparator.comparing(upload -> -upload.scale()))
                    .limit(PER_DAY)
                    .forEach(uploads::add);
        }
        return uploads;
    }

    /** Each leaves with this chance each day, and another comes. */
    private List<Account> later(List<Account> accounts, double leave) {
        return accounts.stream()
                .map(each -> chance.nextDouble() < leave ? accounts(1, KINDS).get(0) : each)
                .toList();
    }

    private int days(List<Account> before, List<Account> first, double leave, int days) {
        return days(before, first, leave, days, true);
    }

    /**
     * Until the alarm; 0 where there is none. The approved time is a fortnight.
     *
     * @param longer whether uploads count in the longer blocks too
     */
    private int days(List<Account> before, List<Account> first, double leave, int days, boolean longer) {
        List<Account> counted =
                DriftScales.onceEach(uploads(
                                before.stream().filter(each -> !each.fitted).toList(), 1, 14))
                        .stream()
                        .map(Upload::account)
                        .toList();
        DriftReference reference = DriftReference.of(
                pictures(before.stream().filter(each -> each.fitted).toList()), pictures(counted));
        var evidence = new DriftScales(reference, EFFECT, DELTA, ALPHA);
        List<Account> now = first;
        for (int day = 1; day <= days; day++) {
            now = later(now, leave);
            long[][] exact = new long[DriftScales.SCALES.size()][DriftReference.CELLS];
            for (Upload upload : uploads(now, 14 + day, 14 + day)) {
                if (!upload.account().fitted) {
                    int scale = longer ? DriftScales.SCALES.indexOf(upload.scale()) : 0;
                    exact[scale][reference.cell(picture(upload.account().kind))]++;
                }
            }
            evidence.add(day, exact, new long[exact.length]);
            if (evidence.isAlarm()) {
                return day;
            }
        }
        return 0;
    }

    /** Every picture of every day is counted, before and since. */
    private boolean naiveAlarms(List<Account> accounts, int days) {
        List<Account> fitted = accounts.subList(0, accounts.size() / 2);
        List<Account> others = accounts.subList(accounts.size() / 2, accounts.size());
        List<float[]> counted = new ArrayList<>();
        for (int day = 0; day < 14; day++) {
            counted.addAll(pictures(others));
        }
        DriftReference reference = DriftReference.of(pictures(fitted), counted);
        var evidence = new DriftEvidence(reference, EFFECT, DELTA);
        List<Account> now = accounts;
        double greatest = 0;
        for (int day = 1; day <= days; day++) {
            now = later(now, LEAVE);
            long[] counts = new long[DriftReference.CELLS];
            pictures(now).forEach(each -> counts[reference.cell(each)]++);
            evidence.add(day, counts, 0);
            greatest = Math.max(greatest, evidence.log());
        }
        return greatest >= -Math.log(ALPHA);
    }

    private List<float[]> pictures(List<Account> accounts) {
        return accounts.stream().map(account -> picture(account.kind)).toList();
    }

    private float[] picture(int kind) {
        float[] picture = new float[DriftReference.DIMENSIONS];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = (float) (0.05 * chance.nextGaussian());
        }
        picture[kind] += 0.8f;
        return picture;
    }
}
