package io.bulwark.cli.casebook;

import io.bulwark.cli.casebook.EmbeddingMatch.EmbeddingBytes;
import io.bulwark.cli.traffic.AnsweredDraws;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.TopicScan;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.schemas.topic.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides the images of {@code moderation.embeddings} again, by two sides: what decides now, and what is thought of
 * instead. An image counts once, by its latest record of each model. A classifier head, hash lists, PDQ hashes and a twin
 * that holds back have no say, because the topic holds the encoder's embeddings alone. Both sides decide an image that was
 * drawn without the references that were made of it, or else the draw would say how well a bank knows its own pictures.
 */
final class BankBacktest {

    private static final int TOGETHER = 128;

    private final Question question;
    private final Side now;
    private final Side instead;
    private final Optional<BankWithoutFile.Maker> nowWithout;
    private final Optional<BankWithoutFile.Maker> insteadWithout;
    private final Decider decider = new Decider(List.of());

    /**
     * What is decided again.
     *
     * @param tenant whose images; empty for everybody's
     * @param since of records that are no older
     * @param draws whose images stand for others
     * @param threads that read
     */
    record Question(Optional<String> tenant, Optional<Instant> since, Optional<AnsweredDraws> draws, int threads) {}

    /**
     * What decides.
     *
     * @param bank whose model's embeddings are asked for; the caller's to close
     * @param policies whose policy is whose
     */
    record Side(MatrixBank bank, Policies policies) {}

    /** What a side made of an image. */
    record Made(Outcome outcome, double score) {}

    /**
     * An image that both sides decided.
     *
     * @param contentSha256 of its file; null where that is not known
     * @param was what the worker decided then
     * @param now by the one side
     * @param instead by the other
     */
    record Case(String tenant, String imageId, String contentSha256, Decision was, Made now, Made instead) {

        boolean changes() {
            return now.outcome() != instead.outcome();
        }
    }

    /**
     * The result.
     *
     * @param cases in no order
     * @param otherwise images that one side alone could decide, because its model alone saw them
     * @param unreadable records that are no embedding, or none of the bank's dimension
     */
    record Found(List<Case> cases, long otherwise, long unreadable) {}

    BankBacktest(Question question, Side now, Side instead) {
        this.question = question;
        this.now = now;
        this.instead = instead;
        this.nowWithout = question.draws().map(draws -> without(now, draws));
        this.insteadWithout = question.draws().map(draws -> without(instead, draws));
    }

    private static BankWithoutFile.Maker without(Side side, AnsweredDraws draws) {
        return new BankWithoutFile.Maker(
                side.bank(), (tenant, file) -> draws.of(tenant, file.toString()).isPresent());
    }

    /**
     * Reads the topic to what is its end now.
     *
     * @throws io.bulwark.cli.terminal.CommandFailure if there is no such topic
     */
    Found run(Broker broker) {
        List<Case> cases = new ArrayList<>();
        long otherwise = 0;
        long unreadable = 0;
        for (Share share : new TopicScan<>(
                        broker, Topics.EMBEDDINGS, ImageEmbedding.class, question.since(), question.threads())
                .read(Share::new)) {
            for (Map.Entry<Image, Seen> seen : share.images.entrySet()) {
                Seen both = seen.getValue();
                if (both.now == null || both.instead == null || !Objects.equals(both.nowOf, both.insteadOf)) {
                    otherwise++;
                } else {
                    Image image = seen.getKey();
                    cases.add(new Case(image.tenant(), image.id(), both.nowOf, both.was, both.now, both.instead));
                }
            }
            unreadable += share.unreadable;
        }
        return new Found(cases, otherwise, unreadable);
    }

    private record Image(String tenant, String id) {}

    /** What both sides made of an image so far. */
    private static final class Seen {
        private Decision was;
        private Made now;
        private String nowOf;
        private Made instead;
        private String insteadOf;
    }

    /** One thread's part. */
    private final class Share implements TopicScan.Part<ImageEmbedding> {

        private final Map<Image, Seen> images = new HashMap<>();
        private final List<Waiting> waiting = new ArrayList<>();
        private long unreadable;

        @Override
        public void take(ImageEmbedding image) {
            if (question.tenant()
                    .filter(wanted -> !wanted.equals(image.getTenant()))
                    .isPresent()) {
                return;
            }
            List<Side> asked = Stream.of(now, instead)
                    .filter(side ->
                            image.getModelFingerprint().equals(side.bank().modelFingerprint()))
                    .toList();
            if (asked.isEmpty()) {
                return;
            }
            SeenImage seen = seen(image);
            if (!asked.stream().allMatch(side -> isReadable(seen, side.bank()))) {
                unreadable++;
                return;
            }
            waiting.add(new Waiting(image, seen));
            if (waiting.size() == TOGETHER) {
                decide();
            }
        }

        @Override
        public void erased(String imageId) {
            decide();
            images.keySet().removeIf(image -> image.id().equals(imageId));
        }

        @Override
        public void unreadable() {
            unreadable++;
        }

        @Override
        public void end() {
            decide();
        }

        private void decide() {
            decide(now, nowWithout, (seen, image, made) -> {
                seen.was = image.getDecision();
                seen.now = made;
                seen.nowOf = image.getContentSha256();
            });
            decide(instead, insteadWithout, (seen, image, made) -> {
                seen.instead = made;
                seen.insteadOf = image.getContentSha256();
            });
            waiting.clear();
        }

        private void decide(Side side, Optional<BankWithoutFile.Maker> without, Entry entry) {
            List<Waiting> own = waiting.stream()
                    .filter(each -> each.image()
                            .getModelFingerprint()
                            .equals(side.bank().modelFingerprint()))
                    .toList();
            if (own.isEmpty()) {
                return;
            }
            List<ScoredImage> decided = decider.decide(
                    side.bank(),
                    side.policies(),
                    own.stream().map(Waiting::seen).toList());
            for (int i = 0; i < own.size(); i++) {
                ImageEmbedding image = own.get(i).image();
                SeenImage looked = own.get(i).seen();
                Judgement judgement = without.flatMap(
                                maker -> drawn(image).map(file -> maker.without(image.getTenant(), file)))
                        .filter(bank -> bank != side.bank())
                        .map(bank -> decider.decide(bank, side.policies(), looked))
                        .orElse(decided.get(i))
                        .judgement();
                Seen seen = images.computeIfAbsent(new Image(image.getTenant(), image.getImageId()), any -> new Seen());
                entry.into(seen, image, new Made(judgement.outcome(), judgement.score()));
            }
        }
    }

    /** The hash of an image that was drawn. */
    private Optional<Sha256> drawn(ImageEmbedding image) {
        return question.draws()
                .flatMap(draws -> draws.of(image.getTenant(), image.getContentSha256()))
                .flatMap(draw -> Sha256.find(image.getContentSha256()));
    }

    private interface Entry {
        void into(Seen seen, ImageEmbedding image, Made made);
    }

    private record Waiting(ImageEmbedding image, SeenImage seen) {}

    private static boolean isReadable(SeenImage seen, MatrixBank bank) {
        return !seen.views().isEmpty()
                && seen.fault().isEmpty()
                && seen.views().get(0).embedding().length == bank.dimension();
    }

    private static SeenImage seen(ImageEmbedding image) {
        return new SeenImage(
                image.getTenant(),
                Optional.ofNullable(image.getContentSha256())
                        .flatMap(Sha256::find)
                        .map(ContentHashes::of)
                        .orElse(ContentHashes.NONE),
                image.getViews().stream()
                        .map(view -> new SeenImage.SeenView(
                                view.getView(),
                                HalfFloats.decode(EmbeddingBytes.of(view.getEmbedding())),
                                new float[0]))
                        .toList());
    }

    /** Whether the graver of both is the new one. */
    static boolean isGraver(Case image) {
        Outcome instead = image.instead().outcome();
        return instead.isWorseThan(image.now().outcome());
    }
}
