// Judges each policy of a JSON list on standard input: [{"policy": …, "findings": […]}, …].
const { CspEvaluator } = require("csp_evaluator/dist/evaluator.js");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { Severity } = require("csp_evaluator/dist/finding.js");

const policies = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const judged = policies.map((policy) => ({
  policy,
  findings: new CspEvaluator(new CspParser(policy).csp).evaluate().map((finding) => ({
    severity: Severity[finding.severity],
    what: `${finding.directive} ${finding.value ?? ""}: ${finding.description}`,
  })),
}));
console.log(JSON.stringify(judged));
