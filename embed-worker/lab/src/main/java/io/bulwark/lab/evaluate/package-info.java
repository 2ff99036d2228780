/**
 * How well an encoder does, and how well it still does under attack: two-alternative forced choice, kNN
 * classification, retrieval, filtering, the clean parent's head, each clean and under named threat models. What may
 * enter: tasks, tracks and the ledger; what is asked about is {@link io.bulwark.lab.data}'s.
 *
 * <p>A {@link io.bulwark.lab.evaluate.Task} is a list of questions, each about one picture that an attacker may
 * perturb; a {@link io.bulwark.lab.evaluate.RobustnessRun} answers and attacks them, and a {@link
 * io.bulwark.lab.evaluate.Ledger} remembers every answer, so that a run of hours survives an interruption.
 *
 * <pre>{@code
 * Task task = new ChoiceTask(GeneratedTriplets.of(pictures, 7), LogitLoss.MARGIN);
 * Ledger ledger = Ledger.open(Path.of("out/2afc.jsonl"), identity);
 * RobustnessRun run = new RobustnessRun(encoder, task, task.judge(encoder, n -> {}), new ResizedPixels(), ledger, progress);
 * run.answerClean();
 * run.attack(new Apgd(50, 2, EarlyStop.EACH_FOOLED, 1), List.of(ThreatModel.linf(4 / 255.0)));
 * Proportion robustAccuracy = ledger.robust(ThreatModel.linf(4 / 255.0));
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>The differentiable instance answers, too.</b> Inference runs another order of sums; a margin of the last
 *       bits would make the attacked decision and the judged one differ.
 *   <li><b>A perturbation counts wherever it fits.</b> One that was found under l∞ 1/255 and measures 1.4 in l2 refutes
 *       l2 3 as well. This only ever lowers a robust accuracy, keeps the curve over ε monotone, and saves most of what
 *       an encoder without robustness would cost. The reverse, to take a question that stood under a large ball as
 *       standing under the smaller ones without attacking it there, was rejected: it would raise the number on faith.
 *   <li><b>A twin's attack is a file.</b> The perturbation is made at the twin's input, but encoders of different input
 *       sizes share no pixels after resizing. So the perturbed input is rounded to 8 bits and taken for a picture of
 *       that size, which each encoder sees through its own preprocessing, as it would that upload. To perturb the
 *       original at its own size is another track, which the demo takes.
 *   <li><b>Questions already lost are not attacked.</b> Robust accuracy is over all questions, those answered wrongly
 *       on the clean picture included (Croce et al., "RobustBench", NeurIPS 2021).
 * </ul>
 *
 * <p>{@code inversion} and {@code explanations} ask other questions. A gallery of inversions proves nothing: any
 * encoder can be driven to its target by noise that only it can see. So each picture is judged by the other encoder and
 * by any further ones, and the score is where its cosine stands among those of random pairs. A map of importance is set
 * against three others of the same view: a random order, the map of the clean encoder, and that of the same encoder
 * with shuffled weights.
 *
 * <p>The commands of {@code bulwark evaluate} parse and report. Every run of an attack's whole table keeps a ledger in
 * its output folder and goes on from it; {@code acceptance}, which takes minutes, keeps none. What a run will cost is
 * printed before it starts.
 */
package io.bulwark.lab.evaluate;
