/**
 * What operators watch of the review: how much waits, for how long, and whether decisions get out. Every instance measures
 * the same database and says the same, so that panels take the greatest and not the sum.
 */
package io.bulwark.stream.review.watch;
