package io.quipu.common.formula;

/**
 * A compiled node and what the compiler knows of it.
 *
 * @param node the node
 * @param height how many nodes lie above each other in it: as deep it goes when it is evaluated
 * @param parameters of which parameters of the formula its value may be: bit n for the n-th
 */
record Operand(Node node, int height, int parameters) {
}
