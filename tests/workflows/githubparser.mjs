// Reads workflows as GitHub does, with GitHub's own parser; one line for each thing that it minds.
import { readFileSync } from "node:fs";
import { NoOperationTraceWriter, convertWorkflowTemplate, parseWorkflow } from "@actions/workflow-parser";

async function main() {
  for (const name of process.argv.slice(2)) {
    const content = readFileSync(name, "utf8");
    const result = parseWorkflow({ name, content }, new NoOperationTraceWriter());
    const found = result.context.errors.getErrors().map((error) => error.message);
    const jobs = [];
    if (result.value) {
      const template = await convertWorkflowTemplate(result.context, result.value, undefined, { errorPolicy: 1 });
      found.push(...(template.errors ?? []).map((error) => error.Message));
      jobs.push(...template.jobs.map((job) => job.id.value));
    }
    console.log(JSON.stringify({ name, jobs, problems: [...new Set(found)] }));
  }
}

main();
