package io.bulwark.perception.metric;

/** Which of three images does not belong, as THINGS asks people: the one outside the most similar pair. */
public final class OddOneOut {

    private OddOneOut() {}

    /** 0, 1 or 2; ties go to the lower. Each embedding is {@code [D]}. */
    public static int of(float[] first, float[] second, float[] third) {
        double withoutFirst = Cosine.similarity(second, third);
        double withoutSecond = Cosine.similarity(first, third);
        double withoutThird = Cosine.similarity(first, second);
        if (withoutFirst >= withoutSecond && withoutFirst >= withoutThird) {
            return 0;
        }
        return withoutSecond >= withoutThird ? 1 : 2;
    }
}
