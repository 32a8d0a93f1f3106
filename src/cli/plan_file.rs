//! Reads and writes plan files, to apply a plan later or on another machine. The content is untrusted.
//! A plan belongs to one tenancy. Its id ensures that it is applied only once.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::exit_code::CliError;
use super::{input_args, output_file};
use crate::domain::Plan;
use crate::domain::text::sanitize;

/// Version of the file format. Files of other versions are refused.
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    guestlist_plan: u32,
    plan: Plan,
}

#[derive(Debug, Deserialize)]
struct PlanFileHeader {
    guestlist_plan: u32,
}

/// Writes a plan file. Fails if the file exists.
pub(super) fn write(path: &Path, plan: Plan) -> Result<(), CliError> {
    let file = PlanFile { guestlist_plan: VERSION, plan };
    let text = serde_json::to_vec_pretty(&file)
        .map_err(|error| CliError::failed(format!("Could not write the plan: {error}.")))?;
    output_file::write(path, &[&text[..], b"\n"].concat(), false)
}

/// Reads a plan file; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<Plan, CliError> {
    let name = path.display();
    let parse_error = |reason: String| {
        CliError::usage(format!("Could not read {name}: not a guestlist plan: {}.", sanitize(&reason)))
    };
    let text = input_args::read(path)?;
    let header: PlanFileHeader =
        serde_json::from_str(&text).map_err(|error| parse_error(error.to_string()))?;
    if header.guestlist_plan != VERSION {
        let reason =
            format!("Could not read {name}: its version is {}, not {VERSION}", header.guestlist_plan);
        return Err(CliError::usage(format!("{reason}. Use the guestlist version that wrote the file.")));
    }
    let file: PlanFile = serde_json::from_str(&text).map_err(|error| parse_error(error.to_string()))?;
    Ok(file.plan)
}
