/**
 * {@code bulwark evaluate}: how well a model does, clean and under attack, as tables, JSON and curves. What may enter:
 * commands below it and their reports.
 *
 * <p>The commands parse and report; what a task asks and how it is attacked is {@link
 * io.bulwark.robustness.evaluate}'s. Every run of an attack's whole table keeps a ledger in its output folder and goes on
 * from it; {@code acceptance}, which takes minutes, keeps none. What a run will cost is printed before it starts.
 *
 * <pre>{@code
 * bulwark evaluate knn --references bank/ --queries held-out/ --threats linf:2/255,linf:4/255 --out results
 * }</pre>
 */
package io.bulwark.lab.evaluate;
