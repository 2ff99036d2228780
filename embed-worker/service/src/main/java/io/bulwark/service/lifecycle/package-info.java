/**
 * What a worker's life looks like: the states with their allowed moves, the watch over its threads, and time as a value
 * that tests can inject.
 */
package io.bulwark.service.lifecycle;
