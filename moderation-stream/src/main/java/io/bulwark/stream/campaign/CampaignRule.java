package io.bulwark.stream.campaign;

import io.bulwark.events.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * When attempts are a campaign. All of it is a function of the attempts in the order of their audits.
 *
 * <p>What people do near flagged content without meaning to: a meme comes once or twice from each of many accounts; an
 * upload in several sizes comes at once; frames of a film come from one account, and each is almost the one before it.
 * Who attacks comes back with further contents, and what they try jumps about: guesses around a boundary, halved
 * distances.
 *
 * <ul>
 *   <li><b>Returns.</b> Contents of one account less than {@link #VISIT} apart are a visit. One of up to
 *       {@link #AT_ONCE} contents is one try, of more each further one is another. An account's returns are its tries
 *       less {@link #FREE}, at most {@link #MOST_RETURNS}; from the {@value #ALONE}th try on each counts again, so one
 *       account alone may be enough.
 *   <li><b>Wanders.</b> Within accounts the scores or angles are spread, and neighbours in time differ as unrelated
 *       ones do: von Neumann's ratio (Annals of Mathematical Statistics 12, 1941), the sum of squared differences of
 *       neighbours over that of squared deviations. It is about 2 for noise and near 0 for a film.
 *   <li><b>Alternates.</b> Within accounts the decisions go to and fro.
 *   <li><b>Closes in.</b> Many accounts, and the angle to the entry falls with time by Spearman's rank correlation.
 *       Then who takes a new account for each query is seen, too.
 * </ul>
 */
final class CampaignRule {

    /** Contents of an account that are less than this apart belong to one visit. */
    static final Duration VISIT = Duration.ofSeconds(2);

    /** Sizes of a picture that a client may upload at once. */
    static final int AT_ONCE = 5;

    /** Tries that are no return yet. An account is a member of a campaign from the next one on. */
    static final int FREE = 2;

    static final int MOST_RETURNS = 10;
    static final int ALONE = 50;

    private static final double SPREAD_SCORES = 0.02;
    private static final double SPREAD_ANGLES = 0.01;
    private static final double RESTLESS = 0.5;
    private static final int LEAST_TURNS = 10;
    private static final double TURNING = 0.2;
    private static final int MANY_ACCOUNTS = 30;
    private static final double CLOSING = -0.5;
    private static final double CLOSED_BY = 0.02;

    private CampaignRule() {}

    /** How attempts are a campaign. */
    enum Kind {
        /** Accounts came back; these are its members. */
        RETURNING,
        /** Ever nearer. All accounts are its members. */
        CLOSING_IN
    }

    /**
     * The kind of campaign that attempts are; empty where they are none.
     *
     * @param attempts oldest first, of different contents
     */
    static Optional<Kind> judge(Collection<Attempt> attempts, CampaignProcessor.Settings settings) {
        if (attempts.size() < settings.contents()) {
            return Optional.empty();
        }
        Map<String, List<Attempt>> byAccount = new LinkedHashMap<>();
        attempts.forEach(attempt -> byAccount
                .computeIfAbsent(attempt.uploaderId(), account -> new ArrayList<>())
                .add(attempt));
        Collection<List<Attempt>> accounts = byAccount.values();
        int returns = accounts.stream().mapToInt(CampaignRule::returns).sum();
        if (returns >= settings.returns()
                && (wanders(accounts, Attempt::score, SPREAD_SCORES)
                        || wanders(accounts, Attempt::angle, SPREAD_ANGLES)
                        || alternates(accounts))) {
            return Optional.of(Kind.RETURNING);
        }
        return accounts.size() >= MANY_ACCOUNTS && closesIn(attempts) ? Optional.of(Kind.CLOSING_IN) : Optional.empty();
    }

    /** @param ofAccount oldest first */
    private static int returns(List<Attempt> ofAccount) {
        int tries = 0;
        int inVisit = 0;
        Instant last = Instant.MIN;
        for (Attempt attempt : ofAccount) {
            inVisit = attempt.at().isBefore(last.plus(VISIT)) ? inVisit + 1 : 1;
            tries += inVisit == 1 || inVisit > AT_ONCE ? 1 : 0;
            last = attempt.at();
        }
        return Math.min(Math.max(0, tries - FREE), MOST_RETURNS) + Math.max(0, tries - ALONE);
    }

    private static boolean wanders(
            Collection<List<Attempt>> accounts, ToDoubleFunction<Attempt> measure, double spread) {
        double differences = 0;
        double deviations = 0;
        int degrees = 0;
        for (List<Attempt> account : accounts) {
            double[] values = account.stream()
                    .mapToDouble(measure)
                    .filter(Double::isFinite)
                    .toArray();
            if (values.length <= FREE) {
                continue;
            }
            double mean = 0;
            for (double value : values) {
                mean += value / values.length;
            }
            for (int i = 0; i < values.length; i++) {
                deviations += (values[i] - mean) * (values[i] - mean);
                differences += i == 0 ? 0 : (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
            }
            degrees += values.length - 1;
        }
        return degrees > 0 && Math.sqrt(deviations / degrees) >= spread && differences >= RESTLESS * deviations;
    }

    private static boolean alternates(Collection<List<Attempt>> accounts) {
        int turns = 0;
        int pairs = 0;
        for (List<Attempt> account : accounts) {
            for (int i = 1; i < account.size(); i++) {
                boolean before = account.get(i - 1).decision() == Decision.SAFE;
                turns += before == (account.get(i).decision() == Decision.SAFE) ? 0 : 1;
                pairs++;
            }
        }
        return turns >= LEAST_TURNS && turns >= TURNING * pairs;
    }

    private static boolean closesIn(Collection<Attempt> attempts) {
        double[] angles = attempts.stream()
                .mapToDouble(Attempt::angle)
                .filter(Double::isFinite)
                .toArray();
        int quarter = angles.length / 4;
        if (angles.length < attempts.size() || quarter == 0) {
            return false;
        }
        double fallen = mean(angles, 0, quarter) - mean(angles, angles.length - quarter, angles.length);
        return fallen >= CLOSED_BY && rankCorrelationWithTime(angles) <= CLOSING;
    }

    private static double mean(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }

    /** Spearman's; of equal values the earlier ranks lower. */
    private static double rankCorrelationWithTime(double[] values) {
        List<Integer> byValue = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            byValue.add(i);
        }
        byValue.sort(Comparator.comparingDouble(i -> values[i]));
        double squares = 0;
        for (int rank = 0; rank < byValue.size(); rank++) {
            double apart = rank - byValue.get(rank);
            squares += apart * apart;
        }
        double n = values.length;
        return 1 - 6 * squares / (n * (n * n - 1));
    }
}
