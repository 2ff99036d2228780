/**
 * From a polled record to its outcome, at the machine's pace. Each upload gets exactly one {@link
 * io.bulwark.service.pipeline.Outcome}, a value: however odd the record, the file or the server that it names, no
 * exception leaves the steps in between, so one bad upload cannot take its batch with it. Audits travel with the
 * verdict, so that both are committed or neither is.
 *
 * <pre>
 *   loop ──► preparation threads ──────────────► ready queue ──► inference threads ──► outcome
 *            read event, decode, preprocess      (bytes)         embed, search, decide
 *              └─► fetch threads ─┘
 *                  (briefly, or for deferred uploads at leisure)
 * </pre>
 *
 * <p>Preparation runs on as many platform threads as there are cores, inference on separate threads, each with an
 * encoder that no other thread uses: libtorch keeps caches per thread, so its caller must be one long-lived thread. On
 * a CPU several encoders of one thread each do more than one encoder of many threads, whose every layer waits for its
 * slowest thread while decoding takes cores away; a GPU wants one. While an encoder works on a batch, the next one is
 * decoded; neither waits for a commit, which is the loop's. Fetches have threads of their own, so that slow servers
 * cannot keep inline images from being decoded; and since answers are committed in order, an upload whose location is
 * not there promptly is deferred ({@link io.bulwark.service.pipeline.Fetching.PromptFetching}) and comes again by the
 * second loop, with separate threads, connections and memory ({@link
 * io.bulwark.service.pipeline.Fetching.PatientFetching}).
 *
 * <p>A batch has one of the sizes measured at start and mixes the views of several images. A fuller batch is waited for
 * only while images are being prepared and all other encoders are at work, and never longer than the linger. An encoder
 * that has images to judge judges them first.
 *
 * <p>Images are served in turn, four views each, and a first turn goes before later ones, of which a small batch has
 * its place after four: so a file of many views hardly delays the others. Four, because most images have no more: these
 * are answered in the order in which they came, since to cut them up as well would answer all of them late. Turns of
 * equal right were rejected: simulated beside two files of 24 views a second, they made the 99th percentile of ordinary
 * images two to three times as long, this 1.4 times. So were turns by uploader, since accounts cost nothing. Before the
 * queue each file is bounded to 24 views ({@link io.bulwark.imaging.preprocess.Preprocessor#judged}).
 *
 * <p>A file with more views than that is deferred, like an upload whose location is slow: answers are committed in
 * order, and whatever was uploaded behind it in its partition would wait for its turns. It is decoded a second time for
 * that. An event of more than half of what {@code images.deferred} takes stays where it is.
 *
 * <p>Files with more views than are judged go to people, a few an hour for each uploader ({@link
 * io.bulwark.service.pipeline.ReviewAllowance}); the worker refuses the rest. Counting in the review queue was
 * rejected: an upload that the queue does not take would stay undecided for good, while a refusal is an answer, and the
 * queue would have to be asked within the transaction of its intake. What a worker counts is lost when it ends and is
 * each worker's own, so the bound is of the queue's order and not exact.
 *
 * <p>Where a twin runs ({@code bulwark.twin.model}), each inference thread has one beside its encoder, which sees the
 * same batch right after it: the same pixels where both preprocess alike, else its own views, made together with
 * the encoder's. It decides under its own bank, and where the two part suspiciously the outcome carries an audit.
 * Threads of the twin's own were rejected: they would take the same cores, and the verdict, which carries the twin's
 * score, would have to wait for them all the same. A twin must open at the start, since a wrong setting should be seen;
 * whatever fails later costs its word and never a verdict ({@link
 * io.bulwark.service.pipeline.InferenceThread.TwinEncoder}, {@link io.bulwark.service.pipeline.TwinJudge}).
 *
 * <p>A decoder cannot be interrupted, so a decode past its deadline is refused by the watch while its thread runs on;
 * until that ends, the pool has one thread more.
 */
package io.bulwark.service.pipeline;
