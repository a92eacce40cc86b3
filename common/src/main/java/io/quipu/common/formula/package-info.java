/**
 * The one formula language: a functional subset of JavaScript over exact decimals, compiled to closures; no script engine runs, so a
 * formula can neither loop nor allocate without bound nor see anything but its arguments.
 *
 * <p>Start reading at {@link io.quipu.common.formula.Formula}: one function, as plans of Abacus have them. {@code Scanner} splits its
 * text into {@code Token}s; {@code FunctionCompiler}, {@code StatementCompiler} and {@code OperandCompiler} read these once, front to
 * back, and make {@code Node}s of them; {@code Ledger} counts meanwhile. What nodes do is in {@code Numbers}, {@code BigNumbers} and
 * {@code Values}. {@link io.quipu.common.formula.Expression} is the arithmetic alone, over named quantities, parsed with Rhino's parser.
 *
 * <p>Functions are not parsed with it, for two reasons. It is recursive, and where a regular expression or a function's body begins is
 * known to a parser only: no check of the text before could be sure to see the same brackets as it does, and so to keep it from
 * exhausting the stack. And tests compare formulas with Rhino, parser and interpreter, which would prove less of a tree that Rhino made.
 *
 * <p>Knows the JDK, {@code quantity} and, in {@code Expression}, Rhino's parser, which no other package may use.
 */
package io.quipu.common.formula;
